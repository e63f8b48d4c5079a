package runner

/** Base class of a Jenkinsfile and of each var: unknown names go to the vars of the library, then to the steps. */
abstract class PipelineScript extends Script {
    static final List<String> GLOBALS = ['env', 'params', 'currentBuild']

    @Override
    Object getProperty(String name) {
        if (name in GLOBALS) {
            return names()[name]
        }
        throw new Refused("variable ${name} is not known to this runner")
    }

    @Override
    void setProperty(String name, Object value) {
        throw new Refused("variable ${name} is not known to this runner")
    }

    @Override
    Object invokeMethod(String name, Object arguments) {
        return names().call(name, (arguments as Object[]).toList())
    }

    private Names names() {
        return (Names) getBinding().getVariable('names')
    }
}
