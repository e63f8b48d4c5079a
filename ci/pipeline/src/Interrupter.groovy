package runner

/**
 * Stops what the build is doing: from outside (abort) or by a time-out. The running process is told at once
 * (see ShellProcess); the pipeline's thread gets the exception at its current or next step, once.
 */
class Interrupter {
    private Interrupted m_pending
    private Closure m_stopProcess

    synchronized void interrupt(Interrupted reason) {
        m_pending = reason
        m_stopProcess?.call()
    }

    synchronized void withdraw(Interrupted reason) {
        if (m_pending.is(reason)) {
            m_pending = null
        }
    }

    /** Throws the pending interruption, if there is one. */
    synchronized void check() {
        Interrupted reason = m_pending
        m_pending = null
        if (reason != null) {
            throw reason
        }
    }

    synchronized boolean isPending() {
        return m_pending != null
    }

    /** `stop` is called when an interruption arrives, at once if one is pending; null: nothing runs any more. */
    synchronized void onInterrupt(Closure stop) {
        m_stopProcess = stop
        if (m_pending != null) {
            stop?.call()
        }
    }

    Object withTimeout(long milliseconds, Closure body) {
        Interrupted reason = new Interrupted('Timeout has been exceeded')
        Timer timer = new Timer('timeout', true)
        timer.schedule(new TimerTask() {
            void run() { interrupt(reason) }
        }, milliseconds)
        try {
            return body.call()
        } finally {
            timer.cancel()
            withdraw(reason)
        }
    }
}
