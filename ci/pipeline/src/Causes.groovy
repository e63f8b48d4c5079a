package runner

/** What started the build, in the shape of currentBuild.getBuildCauses(). */
class Causes {
    static List<Map> of(String cause) {
        String kind = cause.tokenize(':').first()
        String value = cause.contains(':') ? cause.substring(cause.indexOf(':') + 1) : ''
        switch (kind) {
            case 'user':
                return [user(value)]
            case 'timer':
                return [[_class: 'org.jenkinsci.plugins.parameterizedscheduler.ParameterizedTimerTriggerCause',
                         shortDescription: 'Started by timer with parameters: {Environment=...}']]
            case 'replay':
                return [user(System.getProperty('user.name')), replayCause("Replayed #${number(value)}")]
            case 'rebuild':
                return [user(System.getProperty('user.name')), replayCause("Rebuilt #${number(value)}")]
        }
        throw new Refused("--cause ${cause} is not known; use user:NAME, timer, replay:N or rebuild:N")
    }

    private static Map user(String name) {
        return [_class: 'hudson.model.Cause$UserIdCause', shortDescription: "Started by user ${name}".toString(),
                userId: name, userName: name]
    }

    // Jenkins exports no more of this cause than its sentence.
    private static Map replayCause(String sentence) {
        return [_class: 'org.jenkinsci.plugins.workflow.cps.replay.ReplayCause', shortDescription: sentence]
    }

    private static int number(String text) {
        if (!text.isInteger()) {
            throw new Refused('--cause needs the number of the build, for example replay:12')
        }
        return text.toInteger()
    }
}
