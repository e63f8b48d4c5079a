package runner

/** A block of directives. A directive is a method of its block; any other name is refused. */
abstract class Block {
    private final Names m_names
    private final Set<String> m_seen = []

    Block(Names names) {
        m_names = names
    }

    Names names() {
        return m_names
    }

    /** Runs the block's closure on this object; one directive may not stand twice. */
    Block read(Closure body) {
        body.delegate = this
        body.resolveStrategy = Closure.DELEGATE_ONLY
        body.call()
        return this
    }

    void once(String directive) {
        if (!m_seen.add(directive)) {
            throw new Refused("${directive} stands twice in one block")
        }
    }

    Map<String, Object> getParams() {
        return m_names.params
    }

    Object methodMissing(String name, Object arguments) {
        throw new Refused("directive ${name} with ${arguments} is not known in ${getClass().simpleName - 'Block'}")
    }

    Object propertyMissing(String name) {
        throw new Refused("variable ${name} is not known in ${getClass().simpleName - 'Block'}")
    }
}

class PipelineBlock extends Block {
    Closure agentBody
    OptionsBlock optionsBlock
    ParametersBlock parametersBlock
    List<StageBlock> stageBlocks
    PostBlock postBlock

    PipelineBlock(Names names) { super(names) }

    void agent(Closure body) { once('agent'); agentBody = body }

    void options(Closure body) { once('options'); optionsBlock = new OptionsBlock(names()).read(body) }

    void parameters(Closure body) { once('parameters'); parametersBlock = new ParametersBlock(names()).read(body) }

    void stages(Closure body) { once('stages'); stageBlocks = new StagesBlock(names()).read(body).stageBlocks }

    void post(Closure body) { once('post'); postBlock = new PostBlock(names()).read(body) }

    /** The label is read last, as it may name a parameter. */
    String agentLabel() { return new AgentBlock(names()).read(agentBody).agentLabel }

    void checkComplete() {
        if (agentBody == null || !stageBlocks) {
            throw new Refused('pipeline needs agent and stages')
        }
    }
}

class AgentBlock extends Block {
    String agentLabel

    AgentBlock(Names names) { super(names) }

    void label(Object text) { once('label'); agentLabel = text }
}

class OptionsBlock extends Block {
    boolean stampsLines = false

    OptionsBlock(Names names) { super(names) }

    void disableRestartFromStage() { once('disableRestartFromStage') }

    void skipDefaultCheckout() { once('skipDefaultCheckout') }

    void timestamps() { once('timestamps'); stampsLines = true }

    void buildDiscarder(Map rule) { once('buildDiscarder') }

    Map logRotator(Map rule) {
        Set<String> unknown = rule.keySet() - ['daysToKeepStr', 'numToKeepStr']
        if (unknown || rule.values().any { !(it instanceof String && it.isInteger()) }) {
            throw new Refused("logRotator ${rule} is not known to this runner")
        }
        return rule
    }
}

class ParametersBlock extends Block {
    final Map<String, Parameter> declared = [:]

    ParametersBlock(Names names) { super(names) }

    void string(Map facts) { declare(new Parameter(facts, ['name', 'defaultValue', 'trim', 'description'], String)) }

    void booleanParam(Map facts) { declare(new Parameter(facts, ['name', 'defaultValue', 'description'], Boolean)) }

    void choice(Map facts) {
        Map<String, Object> rest = facts.findAll { it.key != 'choices' }
        if (!(facts.choices instanceof List) || !facts.choices || rest.containsKey('defaultValue')) {
            throw new Refused("choice ${facts} is not known to this runner")
        }
        declare(new Parameter(rest + [defaultValue: facts.choices[0]], ['name', 'defaultValue', 'description'], String, facts.choices))
    }

    private void declare(Parameter parameter) {
        once("parameter ${parameter.name}")
        declared[parameter.name] = parameter
    }
}

class StagesBlock extends Block {
    final List<StageBlock> stageBlocks = []

    StagesBlock(Names names) { super(names) }

    void stage(String name, Closure body) {
        once("stage ${name}")
        stageBlocks << new StageBlock(names(), name).read(body)
        stageBlocks.last().checkComplete()
    }
}

class StageBlock extends Block {
    final String name
    Closure stepsBody
    Closure condition
    Long timeoutMilliseconds

    StageBlock(Names names, String name) { super(names); this.name = name }

    void steps(Closure body) { once('steps'); stepsBody = body }

    void when(Closure body) { once('when'); condition = new WhenBlock(names()).read(body).condition }

    void options(Closure body) { once('options'); timeoutMilliseconds = new StageOptionsBlock(names()).read(body).milliseconds }

    void checkComplete() {
        if (stepsBody == null) {
            throw new Refused("stage ${name} has no steps")
        }
    }
}

class StageOptionsBlock extends Block {
    Long milliseconds

    StageOptionsBlock(Names names) { super(names) }

    void timeout(Map facts) {
        once('timeout')
        List<String> units = ['SECONDS', 'MINUTES', 'HOURS', 'DAYS']
        if (facts.keySet() != ['time', 'unit'].toSet() || !(facts.time instanceof Integer) || !(facts.unit in units)) {
            throw new Refused("timeout ${facts} is not known to this runner")
        }
        milliseconds = java.util.concurrent.TimeUnit.valueOf(facts.unit).toMillis(facts.time)
    }
}

class WhenBlock extends Block {
    Closure condition

    WhenBlock(Names names) { super(names) }

    void expression(Closure body) { once('expression'); condition = body }
}

class PostBlock extends Block {
    /** In the order in which Jenkins runs them, wherever they stand in the file. */
    static final List<String> CONDITIONS = ['always', 'aborted', 'success', 'unsuccessful', 'failure', 'cleanup']

    final Map<String, Closure> bodies = [:]

    PostBlock(Names names) { super(names) }

    @Override
    Object methodMissing(String name, Object arguments) {
        List given = (arguments as Object[]).toList()
        if (!(name in CONDITIONS) || given.size() != 1 || !(given[0] instanceof Closure)) {
            return super.methodMissing(name, arguments)
        }
        once(name)
        bodies[name] = given[0]
        return null
    }
}
