package runner

import groovy.io.FileType

/** What outlives a build: artifacts and test results in the folder --keep, mails beside them. */
class Keeper {
    private final Build m_build
    private int m_mails = 0

    Keeper(Build build) {
        m_build = build
    }

    void archive(File folder, String pattern, boolean allowEmpty) {
        m_build.log.line('Archiving artifacts')
        List<String> found = matching(folder, pattern)
        if (!found) {
            nothing("No artifacts found that match the file pattern \"${pattern}\". Configuration error?", allowEmpty)
        }
        found.each { copy(new File(folder, it), "archive/${it}") }
    }

    /** As in Jenkins a failed test makes the build unstable, not failed. */
    void record(File folder, String pattern, boolean allowEmpty) {
        m_build.log.line('Recording test results')
        List<String> found = matching(folder, pattern)
        if (!found) {
            nothing('No test report files were found. Configuration error?', allowEmpty)
        }
        List<Node> reports = found.collect { new XmlParser().parse(new File(folder, it)) }
        found.each { copy(new File(folder, it), "tests/${it}") }
        if (reports.any { report -> report.depthFirst().any { it instanceof Node && it.name() in ['failure', 'error'] } }) {
            m_build.becomes(Result.UNSTABLE)
        }
    }

    void send(String to, String subject, String body) {
        m_mails++
        File file = new File(m_build.options.keep, "mail/${m_mails}.txt")
        file.parentFile.mkdirs()
        file.setText("To: ${to}\nSubject: ${subject}\n\n${body}", 'UTF-8')
    }

    private void nothing(String message, boolean allowed) {
        m_build.log.line(message)
        if (!allowed) {
            throw new StepFailed(message)
        }
    }

    private void copy(File from, String to) {
        File target = new File(m_build.options.keep, to)
        target.parentFile.mkdirs()
        target.bytes = from.bytes
    }

    // The patterns of our files: folder/** and folder/*.xml
    static List<String> matching(File folder, String pattern) {
        if (!(pattern ==~ /[\w\/-]+\/(\*\*|\*\.xml)/)) {
            throw new Refused("the pattern ${pattern} is not known to this runner")
        }
        File within = new File(folder, pattern.substring(0, pattern.lastIndexOf('/')))
        List<String> names = []
        if (within.isDirectory()) {
            within.eachFileRecurse(FileType.FILES) { names << folder.toPath().relativize(it.toPath()).toString() }
        }
        boolean all = pattern.endsWith('/**')
        return names.findAll { all || (it.endsWith('.xml') && new File(folder, it).parentFile == within) }.sort()
    }
}
