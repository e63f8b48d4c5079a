package runner

/** The build's log on stdout, as Jenkins writes it: a time before each line if asked for, secrets masked. */
class BuildLog {
    private final PrintStream m_out
    private final List<String> m_secrets = []
    boolean timestamps = false

    BuildLog(PrintStream out) {
        m_out = out
    }

    void mask(String secret) {
        if (secret && !m_secrets.contains(secret)) {
            m_secrets << secret
            m_secrets.sort { -it.size() }
        }
    }

    synchronized void line(String text) {
        String masked = m_secrets.inject(text) { String shown, String secret -> shown.replace(secret, '****') }
        m_out.println(timestamps ? "[${now()}] ${masked}" : masked)
        m_out.flush()
    }

    void step(String name) {
        line("[Pipeline] ${name}")
    }

    private static String now() {
        return java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.MILLIS)
    }
}
