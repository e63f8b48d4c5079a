package runner

/** What a step of Jenkins takes: its named arguments with their types, and which of them may stand alone. */
class StepSignature {
    final String name
    final String sole
    final Map<String, Class> types
    final List<String> required
    final boolean takesBody

    StepSignature(Map facts, String name) {
        this.name = name
        sole = facts.sole
        types = facts.types
        required = facts.required ?: (facts.sole ? [facts.sole] : [])
        takesBody = facts.body ?: false
    }

    /** The arguments of one call by name; a body under 'body'. Refuses what Jenkins would refuse. */
    Map<String, Object> bind(List<Object> arguments) {
        List<Object> rest = new ArrayList<>(arguments)
        Map<String, Object> bound = [:]
        if (takesBody) {
            bound.body = takeBody(rest)
        }
        if (rest.size() == 1 && rest[0] instanceof Map) {
            rest[0].each { key, value -> bound[key.toString()] = value }
        } else if (rest.size() == 1 && sole != null) {
            bound[sole] = rest[0]
        } else if (!rest.isEmpty()) {
            throw new Refused("${name}: expected named arguments, got ${rest}")
        }
        check(bound)
        return bound
    }

    private Closure takeBody(List<Object> rest) {
        if (rest.isEmpty() || !(rest.last() instanceof Closure)) {
            throw new Refused("${name} needs a body")
        }
        return (Closure) rest.remove(rest.size() - 1)
    }

    private void check(Map<String, Object> bound) {
        bound.findAll { it.key != 'body' || !takesBody }.each { key, value ->
            if (!types.containsKey(key)) {
                throw new Refused("${name}: argument ${key} is not known to this runner")
            }
            if (value instanceof GString) {
                bound[key] = value.toString()
            }
            if (!types[key].isInstance(bound[key])) {
                throw new Refused("${name}: argument ${key} must be ${types[key].simpleName}, not ${value}")
            }
        }
        required.findAll { !bound.containsKey(it) }.each { throw new Refused("${name}: argument ${it} is missing") }
    }
}
