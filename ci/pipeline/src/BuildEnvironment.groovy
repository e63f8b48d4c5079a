package runner

/**
 * The environment of the build: what the agent has, what Jenkins adds (build number, parameters), what the
 * pipeline assigned to `env`, and the innermost withEnv or withCredentials. Later ones win.
 */
class BuildEnvironment {
    private final Map<String, String> m_agent
    private final Map<String, String> m_assigned = [:]
    private final List<Map<String, String>> m_scopes = []

    BuildEnvironment(Map<String, String> agent) {
        m_agent = agent
    }

    Map<String, String> effective() {
        Map<String, String> all = new LinkedHashMap<>(m_agent)
        all.putAll(m_assigned)
        m_scopes.each { scope -> scope.each { name, value -> value ? all.put(name, value) : all.remove(name) } }
        return all
    }

    void assignAll(Map<String, String> values) {
        values.each { name, value -> m_agent[name] = value }
    }

    void assign(String name, Object value) {
        if (value == null) {
            throw new Refused("env.${name} is set to null; Jenkins would make it the word \"null\"")
        }
        m_assigned[name] = value.toString()
    }

    /** An empty value removes the variable, as EnvVars.override() does. */
    Object within(Map<String, String> scope, Closure body) {
        m_scopes.add(scope)
        try {
            return body.call()
        } finally {
            m_scopes.remove(m_scopes.size() - 1)
        }
    }
}
