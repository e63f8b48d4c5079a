package runner

import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic

/** The steps of Jenkins that our pipelines use, with the arguments that they use; every other one is refused. */
class Steps {
    static final Map<String, StepSignature> SIGNATURES = [
        sh             : [sole: 'script', types: [script: String, returnStatus: Boolean, label: String]],
        echo           : [sole: 'message', types: [message: String]],
        error          : [sole: 'message', types: [message: String]],
        readFile       : [sole: 'file', types: [file: String]],
        writeFile      : [required: ['file', 'text'], types: [file: String, text: String]],
        readJSON       : [required: ['text', 'returnPojo'], types: [text: String, returnPojo: Boolean]],
        writeJSON      : [required: ['json', 'returnText'], types: [json: Object, returnText: Boolean]],
        withEnv        : [sole: 'overrides', types: [overrides: List], body: true],
        withCredentials: [sole: 'bindings', types: [bindings: List], body: true],
        string         : [required: ['credentialsId', 'variable'], types: [credentialsId: String, variable: String]],
        findFiles      : [required: ['glob'], types: [glob: String]],
        junit          : [sole: 'testResults', types: [testResults: String, allowEmptyResults: Boolean]],
        archiveArtifacts: [sole: 'artifacts', types: [artifacts: String, allowEmptyArchive: Boolean]],
        dir            : [sole: 'path', types: [path: String], body: true],
        deleteDir      : [types: [:]],
        mail           : [required: ['subject', 'body'], types: [to: String, subject: String, body: String]],
        catchError     : [types: [buildResult: String, stageResult: String, catchInterruptions: Boolean], body: true],
    ].collectEntries { name, facts -> [name, new StepSignature(facts, name)] }

    private final Build m_build
    private final ShellProcess m_shell
    private final Keeper m_keeper
    private final List<File> m_folders = []

    Steps(Build build) {
        m_build = build
        m_shell = new ShellProcess(build)
        m_keeper = new Keeper(build)
    }

    Object call(String name, List<Object> arguments) {
        StepSignature signature = SIGNATURES[name]
        if (signature == null) {
            throw new Refused("step ${name} is not known to this runner")
        }
        Map<String, Object> bound = signature.bind(arguments)
        m_build.interrupter.check()
        if (name != 'string') {
            m_build.log.step(name)
        }
        return this."do_${name}"(bound)
    }

    private Object do_sh(Map<String, Object> given) {
        int code = m_shell.run(given.script, folder())
        if (given.returnStatus) {
            return code
        }
        if (code != 0) {
            throw new StepFailed("script returned exit code ${code}")
        }
        return null
    }

    private Object do_echo(Map<String, Object> given) {
        given.message.readLines().each { m_build.log.line(it) }
        return null
    }

    private Object do_error(Map<String, Object> given) {
        throw new StepFailed(given.message)
    }

    private Object do_readFile(Map<String, Object> given) {
        File file = inWorkspace(given.file)
        if (!file.isFile()) {
            throw new StepFailed("${file} does not exist")
        }
        return file.getText('UTF-8')
    }

    private Object do_writeFile(Map<String, Object> given) {
        File file = inWorkspace(given.file)
        file.parentFile.mkdirs()
        file.setText(given.text, 'UTF-8')
        return null
    }

    private Object do_readJSON(Map<String, Object> given) {
        requireTrue('readJSON', 'returnPojo', given)
        try {
            return new JsonSlurperClassic().parseText(given.text)
        } catch (groovy.json.JsonException error) {
            throw new StepFailed("readJSON: ${error.message.readLines().first()}")
        }
    }

    private Object do_writeJSON(Map<String, Object> given) {
        requireTrue('writeJSON', 'returnText', given)
        return JsonOutput.toJson(given.json)
    }

    private Object do_withEnv(Map<String, Object> given) {
        Map<String, String> scope = given.overrides.collectEntries { Object pair ->
            String text = pair
            int at = text.indexOf('=')
            if (at < 1 || text.substring(0, at).contains('+')) {
                throw new Refused("withEnv: ${text} must be NAME=VALUE")
            }
            return [text.substring(0, at), text.substring(at + 1)]
        }
        return m_build.environment.within(scope, given.body)
    }

    private Object do_string(Map<String, Object> given) {
        return new SecretText(id: given.credentialsId, variable: given.variable)
    }

    private Object do_withCredentials(Map<String, Object> given) {
        Map<String, String> scope = given.bindings.collectEntries { Object binding ->
            if (!(binding instanceof SecretText)) {
                throw new Refused("withCredentials: binding ${binding} is not known to this runner")
            }
            String value = binding.read(m_build.options.credentials)
            m_build.log.mask(value)
            return [binding.variable, value]
        }
        return m_build.environment.within(scope, given.body)
    }

    private Object do_catchError(Map<String, Object> given) {
        if (given.buildResult != 'FAILURE' || given.stageResult != 'FAILURE' || given.catchInterruptions != false) {
            throw new Refused('catchError: this runner knows FAILURE for both results, and catchInterruptions: false')
        }
        try {
            given.body.call()
        } catch (Interrupted interrupted) {
            throw interrupted
        } catch (Exception error) {
            m_build.log.line("ERROR: ${error.message}")
            m_build.fail(error)
        }
        return null
    }

    private Object do_findFiles(Map<String, Object> given) {
        return Keeper.matching(folder(), given.glob)
    }

    private Object do_junit(Map<String, Object> given) {
        m_keeper.record(folder(), given.testResults, given.allowEmptyResults ?: false)
        return null
    }

    private Object do_archiveArtifacts(Map<String, Object> given) {
        m_keeper.archive(folder(), given.artifacts, given.allowEmptyArchive ?: false)
        return null
    }

    private Object do_mail(Map<String, Object> given) {
        m_keeper.send(given.to, given.subject, given.body)
        return null
    }

    private Object do_dir(Map<String, Object> given) {
        m_folders << inWorkspace(given.path)
        m_build.log.line("Running in ${folder()}")
        try {
            return given.body.call()
        } finally {
            m_folders.remove(m_folders.size() - 1)
        }
    }

    private Object do_deleteDir(Map<String, Object> given) {
        folder().deleteDir()
        return null
    }

    private File folder() {
        return m_folders ? m_folders.last() : m_build.options.workspace
    }

    private File inWorkspace(String path) {
        File file = new File(path)
        return file.absolute ? file : new File(folder(), path)
    }

    private static void requireTrue(String step, String argument, Map<String, Object> given) {
        if (given[argument] != true) {
            throw new Refused("${step}: this runner knows ${argument}: true only")
        }
    }
}
