package runner

import groovy.json.JsonOutput
import org.codehaus.groovy.runtime.InvokerHelper

/** ci/pipeline/run: the first argument is the folder of the repository, the others are the command line. */
class Main {
    static final int REFUSED = 2
    static final int DEFECT = 3

    static void main(String[] arguments) {
        System.exit(exitCode(new File(arguments.head()), arguments.tail().toList()))
    }

    private static int exitCode(File root, List<String> words) {
        try {
            return run(RunOptions.parse(words, root))
        } catch (Refused refused) {
            System.err.println("ci/pipeline/run: ${refused.message}")
            return REFUSED
        } catch (Throwable defect) {
            defect.printStackTrace()
            return DEFECT
        }
    }

    private static int run(RunOptions options) {
        Build build = new Build(options, new BuildLog(System.out))
        build.environment = new BuildEnvironment(agentEnvironment(options))
        ['TERM', 'INT'].each { stopOn(it, build) }
        jenkins.model.Jenkins.executors = options.executors
        SharedLibrary library = new SharedLibrary(options.library)
        Names names = new Names(build, library)
        Script script = script(options.jenkinsfile, library, names)
        PipelineBlock pipeline = read(script, names)
        if (options.printModel) {
            println JsonOutput.prettyPrint(JsonOutput.toJson(describe(pipeline)))
            return 0
        }
        runBuild(build, script, pipeline)
        return build.result.exitCode
    }

    private static void stopOn(String signal, Build build) {
        Closure stop = { build.interrupter.interrupt(new Interrupted('Aborted by signal')) }
        sun.misc.Signal.handle(new sun.misc.Signal(signal), stop as sun.misc.SignalHandler)
    }

    private static Map<String, String> agentEnvironment(RunOptions options) {
        Map<String, String> environment = new LinkedHashMap<>(System.getenv())
        if (options.stepsHome != null) {
            environment.STEPS_HOME = options.stepsHome.path
        }
        return environment
    }

    private static Script script(File jenkinsfile, SharedLibrary library, Names names) {
        Class type = Compiler.compile(jenkinsfile, new CodeRules(library.names(), false))
        library.compile()
        return InvokerHelper.createScript(type, new Binding(names: names))
    }

    private static PipelineBlock read(Script script, Names names) {
        PipelineBlock pipeline = new PipelineBlock(names)
        names.onPipeline = { List<Object> arguments -> pipeline.read((Closure) arguments[0]) }
        script.run()
        names.onPipeline = null
        pipeline.checkComplete()
        return pipeline
    }

    private static void runBuild(Build build, Script script, PipelineBlock pipeline) {
        build.causes.each { build.log.line(it.shortDescription) }
        build.log.timestamps = pipeline.optionsBlock?.stampsLines ?: false
        Map<String, Object> values = values(pipeline.parametersBlock?.declared ?: [:], build.options.parameters)
        build.begin(values)
        String label = pipeline.agentLabel()
        build.environment.assignAll(NODE_NAME: label)
        build.log.step('Start of Pipeline')
        build.log.line("Running on ${label} in ${build.options.workspace}")
        new Interpreter(build, script).run(pipeline)
        build.log.step('End of Pipeline')
        build.log.timestamps = false
        build.log.line("Build ${build.displayName}${build.description ? ': ' + build.description : ''}")
        build.log.line("Finished: ${build.result}")
    }

    private static Map<String, Object> values(Map<String, Parameter> declared, Map<String, String> sent) {
        sent.keySet().findAll { !declared.containsKey(it) }.each {
            throw new Refused("parameter ${it} is not declared; Jenkins would drop it silently")
        }
        return declared.collectEntries { name, parameter -> [name, parameter.valueOf(sent[name])] }
    }

    private static Map<String, Object> describe(PipelineBlock pipeline) {
        return [parameters: pipeline.parametersBlock?.declared?.values()*.describe(),
                stages: pipeline.stageBlocks.collect {
                    [name: it.name, conditional: it.condition != null,
                     timeout_seconds: it.timeoutMilliseconds == null ? null : it.timeoutMilliseconds.intdiv(1000)]
                },
                post: pipeline.postBlock?.bodies?.keySet() ?: []]
    }
}
