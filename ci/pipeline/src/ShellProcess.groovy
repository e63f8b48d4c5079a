package runner

/** Runs one script as the `sh` step does: `sh -xe`, in a process group of its own, its output in the log. */
class ShellProcess {
    // Jenkins waits as long for a process that was told to stop, then goes on without it.
    private static final long STOP_WAIT_SECONDS = 20

    private final Build m_build

    ShellProcess(Build build) {
        m_build = build
    }

    /** The exit code; throws Interrupted when the build was stopped meanwhile, however the process ended. */
    int run(String script, File where) {
        File folder = new File("${m_build.options.workspace.path}@tmp/durable-${UUID.randomUUID().toString().take(8)}")
        folder.mkdirs()
        File file = new File(folder, 'script.sh')
        file.text = script
        try {
            return wait(start(file, where))
        } finally {
            folder.deleteDir()
        }
    }

    private Process start(File script, File where) {
        where.mkdirs()
        ProcessBuilder builder = new ProcessBuilder('setsid', 'sh', '-xe', script.path)
        builder.directory(where).redirectErrorStream(true)
        builder.redirectInput(new File('/dev/null'))
        Map<String, String> environment = builder.environment()
        environment.clear()
        environment.putAll(m_build.environment.effective())
        return builder.start()
    }

    private int wait(Process process) {
        Thread reader = Thread.startDaemon { process.inputStream.eachLine('UTF-8') { m_build.log.line(it) } }
        m_build.interrupter.onInterrupt { stop(process) }
        try {
            waitForEnd(process)
        } finally {
            m_build.interrupter.onInterrupt(null)
        }
        reader.join(2000)
        m_build.interrupter.check()
        return process.exitValue()
    }

    private void waitForEnd(Process process) {
        long deadline = Long.MAX_VALUE
        while (!process.waitFor(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            if (!m_build.interrupter.isPending()) {
                continue
            }
            deadline = Math.min(deadline, System.nanoTime() + STOP_WAIT_SECONDS * 1000000000L)
            if (System.nanoTime() > deadline) {
                m_build.log.line("After ${STOP_WAIT_SECONDS}s process did not stop")
                m_build.interrupter.check()
            }
        }
    }

    private void stop(Process process) {
        m_build.log.line('Sending interrupt signal to process')
        new ProcessBuilder('sh', '-c', "kill -s TERM -- -${process.pid()}").start().waitFor()
    }
}
