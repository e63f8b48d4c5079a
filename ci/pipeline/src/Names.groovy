package runner

/** What a name in a pipeline means. As in Jenkins a var of the library hides a step of the same name. */
class Names {
    private final Build m_build
    private final SharedLibrary m_library
    private final Steps m_steps
    final EnvProperties env
    final CurrentBuild currentBuild
    Closure onPipeline

    Names(Build build, SharedLibrary library) {
        m_build = build
        m_library = library
        m_steps = new Steps(build)
        env = new EnvProperties(build.environment)
        currentBuild = new CurrentBuild(build)
    }

    Map<String, Object> getParams() {
        return m_build.params
    }

    Object call(String name, List<Object> arguments) {
        if (name == 'pipeline' && onPipeline != null) {
            return onPipeline.call(arguments)
        }
        if (m_library.has(name)) {
            return m_library.call(name, arguments, this)
        }
        return m_steps.call(name, arguments)
    }
}
