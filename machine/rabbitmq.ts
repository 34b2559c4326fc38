import { existsSync, readFileSync } from 'node:fs'
import { get } from 'node:http'
import { join } from 'node:path'
import type { Run } from './folder.ts'
import { commandLineOf, findByEnvironment } from './identity.ts'
import { endProcesses, identify } from './orphans.ts'
import { accepts } from './ports.ts'
import { type Started, startProcess } from './process.ts'
import { type Access, host, keepAccess, layOut, node, openAccess, type Place, placeOf } from './rabbitmq-files.ts'

export type RunningRabbitmq = Pick<Started, 'pid' | 'ended' | 'stop'> & {
  url: string
  managementUrl: string
  /** Kills the broker and nothing else, as a crash would; `ended` tells of it. Start it again on the same data. */
  kill: () => Promise<void>
}

/**
 * Starts a RabbitMQ of our own in RUN_DIR/rabbitmq, reachable only from this machine and only by its one user. Where it
 * was started before, it has its messages, its password and, while they are free, its ports again.
 */
export async function startRabbitmq(run: Run): Promise<RunningRabbitmq> {
  const place = placeOf(run)
  await endStaleBroker(place)
  const access = await openAccess(place)
  const started = await startProcess({
    run,
    name: 'rabbitmq',
    command: layOut(run, place, access),
    args: [],
    as: run.user,
    env: toEnvironment(place),
    ready: async () => (await accepts({ host, port: access.amqp })) && (await answers(access)),
    readyWithin: 60_000,
    stopWithin: 30_000,
  })
  keepAccess(place, access)

  const { pid, ended, send } = started
  const stop = async () => {
    await started.stop()
    await endHelpers(place)
  }
  const kill = async () => {
    send('SIGKILL')
    await ended
    await endHelpers(place)
  }
  const at = (scheme: string, port: number) => `${scheme}://${access.user}:${access.password}@${host}:${port}`
  return { url: at('amqp', access.amqp), managementUrl: at('http', access.management), pid, ended, stop, kill }
}

// Without a port for other nodes there is nobody to tell one's port: this needs no epmd. RabbitMQ asks for the port
// all the same, and once a minute starts an Erlang that would start an epmd, so it is told by the environment.
const alone = '-start_epmd false -dist_listen false -erl_epmd_port 1'

// Idle schedulers sleep at once instead of waiting busily.
const patient = '+sbwt none +sbwtdcpu none +sbwtdio none'

// The syslog that nobody asked for has a UDP socket all the same: on all addresses, unless it is told.
const closed = '-syslog protocol {rfc3164,udp,[{ip,{127,0,0,1}}]}'

// After a kill the first batch that is handed on from queue to queue may be lost before its target has a leader. By default
// it is tried again after 180 s, and for as long it is in no count.
const prompt = '-rabbit dead_letter_worker_publisher_confirm_timeout 5000'

// What is not named here, RabbitMQ looks for in /etc/rabbitmq and /var/lib/rabbitmq.
function toEnvironment({ home, data, conf }: Place): NodeJS.ProcessEnv {
  return {
    HOME: home,
    ERL_FLAGS: alone,
    ERL_CRASH_DUMP_SECONDS: '0',
    RABBITMQ_NODENAME: node,
    RABBITMQ_USE_LONGNAME: 'true',
    RABBITMQ_CONF_ENV_FILE: join(home, 'env.conf'),
    RABBITMQ_CONFIG_FILE: conf,
    RABBITMQ_CONFIG_FILES: join(home, 'conf.d', '*.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_MOTD_FILE: join(home, 'motd'),
    RABBITMQ_MNESIA_BASE: data,
    RABBITMQ_LOG_BASE: data,
    RABBITMQ_LOGS: '-',
    RABBITMQ_SCHEDULER_BIND_TYPE: 'u', // others use these processors, too
    RABBITMQ_ALLOW_INPUT: 'true', // with -noinput: the script becomes the broker instead of waiting for it
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-noinput -name ${node} ${patient} ${closed} ${prompt}`,
  }
}

function answers({ user, password, management }: Access): Promise<boolean> {
  const options = { host, port: management, path: '/api/overview', auth: `${user}:${password}`, timeout: 5_000 }
  return new Promise((resolve) => {
    const request = get({ ...options, agent: false }, (response) => {
      resolve(response.statusCode === 200)
      response.resume()
    })
    request.once('timeout', () => request.destroy())
    request.once('error', () => resolve(false))
  })
}

// Two brokers on the same data would ruin it, and one that nobody noted down is not found by its record.
async function endStaleBroker({ home, data }: Place): Promise<void> {
  const file = join(data, `${node}.pid`)
  if (!existsSync(file)) return
  const pid = Number(readFileSync(file, 'utf8'))
  if (commandLineOf(pid).includes(` -home ${home} `)) await endProcesses(identify(pid), 'SIGTERM', 30_000)
}

// Erlang's helpers leave its process group, and notice only after a while that it is gone.
async function endHelpers({ home }: Place): Promise<void> {
  await endProcesses(findByEnvironment('HOME', home).flatMap(identify), 'SIGTERM', 2_000)
}
