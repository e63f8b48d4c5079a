package runner

/** The command line of ci/pipeline/run. */
class RunOptions {
    File jenkinsfile
    File library
    File workspace
    File stepsHome
    File keep
    int executors = 4
    String job
    String buildNumber
    String buildUrl
    String cause = "user:${System.getProperty('user.name')}"
    Long scheduledAt
    boolean printModel = false
    final Map<String, String> parameters = [:]
    final Map<String, File> credentials = [:]

    /** `root` is the folder of the repository; it holds shared-lib and, unless told otherwise, the workspaces. */
    static RunOptions parse(List<String> words, File root) {
        RunOptions options = new RunOptions(library: new File(root, 'shared-lib'))
        Iterator<String> rest = words.iterator()
        while (rest.hasNext()) {
            options.take(rest.next(), rest)
        }
        options.complete(root)
        return options
    }

    private void take(String word, Iterator<String> rest) {
        switch (word) {
            case '-p': pair(parameters, next(word, rest)); break
            case '--workspace': workspace = new File(next(word, rest)).absoluteFile; break
            case '--steps-home': stepsHome = new File(next(word, rest)).absoluteFile; break
            case '--library': library = new File(next(word, rest)).absoluteFile; break
            case '--keep': keep = new File(next(word, rest)).absoluteFile; break
            case '--executors': executors = number(word, next(word, rest)).toInteger(); break
            case '--job': job = next(word, rest); break
            case '--build-number': buildNumber = number(word, next(word, rest)); break
            case '--build-url': buildUrl = next(word, rest); break
            case '--cause': cause = next(word, rest); break
            case '--scheduled-at': scheduledAt = number(word, next(word, rest)).toLong(); break
            case '--credential': credential(next(word, rest)); break
            case '--print-model': printModel = true; break
            default: file(word)
        }
    }

    private void complete(File root) {
        if (jenkinsfile == null) {
            throw new Refused('no Jenkinsfile given; see ci/pipeline/run --help')
        }
        job = job ?: [Jenkinsfile: 'backup-environment', 'Jenkinsfile.restore': 'restore-environment']
            .getOrDefault(jenkinsfile.name, jenkinsfile.name - 'Jenkinsfile.')
        if (printModel) {
            return
        }
        Workspaces folders = new Workspaces(new File(root, "build/pipeline/${job}"))
        buildNumber = buildNumber ?: folders.nextNumber()
        workspace = Workspaces.lease(workspace ?: folders.of(buildNumber))
        keep = keep ?: new File("${workspace.path}@keep")
        buildUrl = buildUrl ?: "http://127.0.0.1/job/${job}/${buildNumber}/"
    }

    private void file(String word) {
        if (word.startsWith('-')) {
            throw new Refused("option ${word} is not known; see ci/pipeline/run --help")
        }
        if (jenkinsfile != null) {
            throw new Refused("two Jenkinsfiles given: ${jenkinsfile} and ${word}")
        }
        jenkinsfile = new File(word).absoluteFile
        if (!jenkinsfile.isFile()) {
            throw new Refused("${word} is no file")
        }
    }

    private void credential(String text) {
        Map<String, String> given = [:]
        pair(given, text)
        given.each { id, path -> credentials[id] = new File(path) }
    }

    private static void pair(Map<String, String> target, String text) {
        int at = text.indexOf('=')
        if (at < 1) {
            throw new Refused("${text} must be NAME=VALUE")
        }
        target[text.substring(0, at)] = text.substring(at + 1)
    }

    private static String number(String option, String text) {
        if (!text.isLong()) {
            throw new Refused("${option} must be a number, not ${text}")
        }
        return text
    }

    private static String next(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new Refused("${option} needs a value")
        }
        return rest.next()
    }
}
