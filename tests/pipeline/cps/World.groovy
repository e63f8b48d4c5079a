package cps

import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic

/** What a program sees of Jenkins. Static, as it is no part of the program: it is not stored with it. */
class World {
    static Map<String, String> environment = [:]
    static Map<String, Script> vars = [:]
    static Map<String, Map> results = [:]
    static Map<String, String> files = [:]
    static Map currentBuild = [displayName: '#7', description: null, timeInMillis: 1763872000123L, currentResult: 'SUCCESS']
    static final List<Map<String, String>> SCOPES = []
    static final List<String> STEPS = []
    static final Set<String> USED = []

    static String variable(String name) {
        Map<String, String> scope = SCOPES.reverse().find { it.containsKey(name) }
        return scope == null ? environment[name] : scope[name]
    }

    /** Carries one step out. */
    static Object answer(String name, List given) {
        Map named = given && given[0] instanceof Map ? (Map) given[0] : [:]
        STEPS << (named.label ?: name).toString()
        switch (name) {
            case 'error': throw new IllegalStateException(given[0].toString())
            case 'sh': return shell(named.label.toString())
            case 'writeFile': files[named.file.toString()] = named.text.toString(); return null
            case 'readFile': return files[given[0].toString()]
            case 'findFiles': return files.keySet().findAll { it.endsWith('.xml') }.toList()
            case 'readJSON': return new JsonSlurperClassic().parseText(named.text.toString())
            case 'writeJSON': return JsonOutput.toJson(named.json)
            case 'enter': SCOPES << (Map) given[0]; return null
            case 'leave': SCOPES.remove(SCOPES.size() - 1); return null
        }
        return null
    }

    private static int shell(String words) {
        Map result = [step: words.tokenize()[0], outcome: 'ok', exit_code: 0, message: '', hint: ''] + (results[words] ?: [:])
        String file = variable('STEP_RESULT') - '/workspace/'
        files[file] = JsonOutput.toJson(result)
        return result.exit_code
    }
}
