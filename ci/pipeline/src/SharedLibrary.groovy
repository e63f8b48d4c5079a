package runner

import org.codehaus.groovy.runtime.InvokerHelper

/** The vars of the shared library, each compiled under the same checks as a Jenkinsfile. */
class SharedLibrary {
    private final File m_folder
    private final Set<String> m_names
    private final Map<String, Class> m_classes = [:]
    private final Map<String, Script> m_scripts = [:]

    SharedLibrary(File folder) {
        m_folder = new File(folder, 'vars')
        if (!m_folder.isDirectory()) {
            throw new Refused("${folder} is no shared library; it has no folder vars")
        }
        m_names = m_folder.list().findAll { it.endsWith('.groovy') }.collect { it - '.groovy' }.toSet()
    }

    Set<String> names() {
        return m_names
    }

    boolean has(String name) {
        return name in m_names
    }

    /** Compiles every var, so that one that asks for something unknown stops the run before it starts. */
    void compile() {
        m_names.toSorted().each { name ->
            File file = new File(m_folder, "${name}.groovy")
            m_classes[name] = Compiler.compile(file, new CodeRules(m_names, true))
        }
    }

    /** Overloads and defaults are those of Groovy itself, as in Jenkins. */
    Object call(String name, List<Object> arguments, Names names) {
        Script script = m_scripts.computeIfAbsent(name) {
            InvokerHelper.createScript(m_classes[name], new Binding(names: names))
        }
        return InvokerHelper.getMetaClass(script).invokeMethod(script, 'call', arguments as Object[])
    }
}
