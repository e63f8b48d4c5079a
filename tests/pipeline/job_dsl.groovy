// Runs a Job DSL script on a recorder and prints, as JSON, every call with its arguments and what stands in its
// block. Arguments: the script, then NAME=VALUE for what is bound to it.
class Recorder {
    final List<Map> calls = []

    def methodMissing(String name, arguments) {
        List given = (arguments as Object[]).toList()
        Recorder inside = new Recorder()
        if (given && given.last() instanceof Closure) {
            Closure body = given.remove(given.size() - 1)
            body.delegate = inside
            body.resolveStrategy = Closure.DELEGATE_FIRST
            body.call()
        }
        calls << [name: name, arguments: given, inside: inside.calls]
        return null
    }
}

Recorder recorder = new Recorder()
Map bound = args.tail().collectEntries { it.split('=', 2).toList() }
def configuration = new org.codehaus.groovy.control.CompilerConfiguration(scriptBaseClass: DelegatingScript.name)
def script = new GroovyShell(getClass().classLoader, new Binding(bound), configuration).parse(new File(args[0]))
script.setDelegate(recorder)
script.run()
println groovy.json.JsonOutput.toJson(recorder.calls)
