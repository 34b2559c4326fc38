/**
 * Which passwords we take: NIST SP 800-63B, 3.1.1.2. Long, and none that everybody tries first. No rules about digits and
 * signs, and no date on which one must be changed: both make people choose worse ones.
 */

export const LEAST = 12
export const MOST = 256

/** Long enough, and tried first: from lists of leaked passwords, and what comes to mind on this site. */
const COMMON = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789012345',
  '1234567890123456',
  '123456123456',
  '012345678901',
  '0123456789012',
  '098765432109',
  '123123123123',
  '123412341234',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6y7u',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'abcdefghijkl',
  'abcdefghijklm',
  'abcdefghijklmnopqrstuvwxyz',
  'abcabcabcabc',
  'administrator',
  'asdfasdfasdf',
  'asdfghjkl123',
  'asdfghjklqwertyuiop',
  'changemeplease',
  'changemechangeme',
  'correcthorsebatterystaple',
  'correct horse battery staple',
  'footballfootball',
  'iloveyou1234',
  'iloveyouforever',
  'iloveyousomuch',
  'letmeinletmein',
  'letmeinplease',
  'manchesterunited',
  'mypasswordis',
  'mynameisjohn',
  'onetwothreefour',
  'passwordpassword',
  'password1234',
  'password12345',
  'password123456',
  'password123!',
  'password@123',
  'passwort1234',
  'passw0rd1234',
  'p@ssw0rd1234',
  'princess1234',
  'q1w2e3r4t5y6',
  'qazwsxedcrfv',
  'qwerty123456',
  'qwerty1234567',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopasdfghjkl',
  'qwertyuiopasdfghjklzxcvbnm',
  'selvedge-demo',
  'selvedgeselvedge',
  'selvedge1234',
  'selvedge-bank',
  'selvedgebank',
  'superman1234',
  'thisismypassword',
  'trustno1trustno1',
  'welcome12345',
  'welcomewelcome',
  'zaq12wsxcde3',
])

export interface Choice {
  readonly current: string
  readonly next: string
  readonly email: string
}

/** What is wrong with a new password, as a sentence; undefined where nothing is. */
export function refusePassword({ current, next, email }: Choice): string | undefined {
  const typed = normalize(next)
  const folded = typed.toLowerCase()
  // Characters as people count them, not UTF-16.
  const length = [...typed].length
  if (length < LEAST) return `Use at least ${LEAST} characters: this has ${length}. A few words make a good password.`
  if (length > MOST) return `A password has at most ${MOST} characters.`
  if (typed === normalize(current)) return 'This is the password you have now. Choose another one.'
  if (folded === email.toLowerCase()) return 'Your e-mail address is no secret. Choose something else.'
  if (COMMON.has(folded) || isRepeated(typed)) {
    return 'This is one of the first passwords that anybody tries. Choose something else.'
  }
  return undefined
}

function isRepeated(text: string): boolean {
  return new Set(text).size === 1
}

/** As it is hashed. */
function normalize(password: string): string {
  return password.normalize('NFKC')
}
