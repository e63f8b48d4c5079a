// Runs a program on the vars of the shared library with the engine that Jenkins itself uses (groovy-cps), and stores
// and reads it back at every step, as Jenkins does when it is restarted there.
// Argument: the folder of the repository. Standard input: {"program", "environment", "results"}; prints JSON.
import com.cloudbees.groovy.cps.Continuable
import com.cloudbees.groovy.cps.CpsTransformer
import com.cloudbees.groovy.cps.ObjectInputStreamWithLoader
import com.cloudbees.groovy.cps.Outcome
import cps.PipelineProgram
import cps.World
import groovy.json.JsonOutput
import groovy.json.JsonSlurperClassic
import org.codehaus.groovy.control.CompilerConfiguration

static GroovyShell shellOf(File root) {
    GroovyClassLoader loader = new GroovyClassLoader(PipelineProgram.classLoader)
    // what a trusted library asks is the runner's
    loader.parseClass(new File(root, 'ci/pipeline/src/Jenkins.groovy'))
    CompilerConfiguration configuration = new CompilerConfiguration(scriptBaseClass: PipelineProgram.name)
    configuration.addCompilationCustomizers(new CpsTransformer())
    return new GroovyShell(loader, new Binding(), configuration)
}

static List<String> loadVars(GroovyShell shell, File folder) {
    List<File> files = folder.listFiles().findAll { it.name.endsWith('.groovy') }
    files.each { World.vars[it.name - '.groovy'] = shell.parse(it) }
    return files*.name*.minus('.groovy')
}

static Continuable stored(Continuable program, ClassLoader loader) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream()
    new ObjectOutputStream(bytes).withStream { it.writeObject(program) }
    return (Continuable) new ObjectInputStreamWithLoader(new ByteArrayInputStream(bytes.toByteArray()), loader).readObject()
}

static Outcome answer(List asked) {
    try {
        return new Outcome(World.answer(asked[0].toString(), (List) asked[1]), null)
    } catch (IllegalStateException error) {
        return new Outcome(null, error)
    }
}

/** The message of the failure that ended the program; null: none. */
static String execute(GroovyShell shell, String text) {
    Continuable program = new Continuable(shell.parse(text, 'program.groovy'))
    Outcome reached = program.run0(new Outcome(null, null), Continuable.categories)
    while (program.isResumable() && reached.abnormal == null) {
        program = stored(program, shell.classLoader)
        reached = program.run0(answer((List) reached.normal), Continuable.categories)
    }
    return reached.abnormal?.message
}

File root = new File(args[0])
Map given = (Map) new JsonSlurperClassic().parse(System.in.newReader('UTF-8'))
World.environment = (Map) given.environment
World.results = (Map) given.results
GroovyShell shell = shellOf(root)
List<String> blocks = loadVars(shell, new File(root, 'tests/pipeline/cps/blocks'))
loadVars(shell, new File(root, 'shared-lib/vars'))

String failure
try {
    failure = execute(shell, given.program.toString())
} catch (NotSerializableException error) {
    failure = "cannot be stored: ${error.message}"
}
println JsonOutput.toJson([steps: World.STEPS, failure: failure, environment: World.environment, vars: World.USED.sort() - blocks,
                           description: World.currentBuild.description, name: World.currentBuild.displayName])
