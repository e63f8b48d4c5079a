package runner

/** One parameter of the job, declared in the Jenkinsfile. */
class Parameter {
    final String name
    private final Class m_type
    private final Object m_default
    private final boolean m_trim
    private final List<String> m_choices

    /** `choices` empty: any value. */
    Parameter(Map facts, List<String> known, Class type, List<String> choices = []) {
        Set<String> unknown = facts.keySet() - known
        if (unknown || !(facts.name instanceof String) || !type.isInstance(facts.defaultValue)) {
            throw new Refused("parameter ${facts} is not known to this runner")
        }
        name = facts.name
        m_type = type
        m_default = facts.defaultValue
        m_trim = facts.trim ?: false
        m_choices = choices
    }

    /** The value of the build; null: nothing was sent, so the default holds. */
    Object valueOf(String sent) {
        if (sent == null) {
            return m_default
        }
        if (m_choices && !(sent in m_choices)) {
            throw new Refused("parameter ${name} must be one of ${m_choices}, not ${sent}")
        }
        if (m_type == String) {
            return m_trim ? sent.trim() : sent
        }
        if (!(sent in ['true', 'false'])) {
            throw new Refused("parameter ${name} must be true or false, not ${sent}")
        }
        return sent == 'true'
    }

    Map<String, Object> describe() {
        return [name: name, type: m_type.simpleName, default_value: m_default, choices: m_choices, trim: m_trim]
    }
}
