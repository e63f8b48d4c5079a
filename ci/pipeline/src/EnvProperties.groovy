package runner

/** `env` of a pipeline: env.NAME reads, env.NAME = value assigns for the rest of the build. */
class EnvProperties {
    private final BuildEnvironment m_environment

    EnvProperties(BuildEnvironment environment) {
        m_environment = environment
    }

    @Override
    Object getProperty(String name) {
        return m_environment.effective()[name]
    }

    @Override
    void setProperty(String name, Object value) {
        m_environment.assign(name, value)
    }

    @Override
    Object invokeMethod(String name, Object arguments) {
        throw new Refused("env.${name}() is not known to this runner")
    }
}
