package runner

/** `currentBuild` of a pipeline, as far as our files use it. */
class CurrentBuild {
    private final Build m_build

    CurrentBuild(Build build) {
        m_build = build
    }

    @Override
    Object getProperty(String name) {
        switch (name) {
            case 'timeInMillis': return m_build.scheduledAt
            case 'displayName': return m_build.displayName
            case 'description': return m_build.description
            case 'currentResult': return m_build.result.name()
        }
        throw new Refused("currentBuild.${name} is not known to this runner")
    }

    @Override
    void setProperty(String name, Object value) {
        switch (name) {
            case 'displayName': m_build.displayName = value; return
            case 'description': m_build.description = value; return
        }
        throw new Refused("currentBuild.${name} cannot be set in this runner")
    }

    @Override
    Object invokeMethod(String name, Object arguments) {
        if (name == 'getBuildCauses' && (arguments as Object[]).length == 0) {
            return m_build.causes
        }
        throw new Refused("currentBuild.${name}() is not known to this runner")
    }
}
