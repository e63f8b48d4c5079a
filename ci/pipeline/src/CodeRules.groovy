package runner

import org.codehaus.groovy.ast.ASTNode
import org.codehaus.groovy.ast.AnnotatedNode
import org.codehaus.groovy.ast.ClassCodeVisitorSupport
import org.codehaus.groovy.ast.ClassNode
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.classgen.GeneratorContext
import org.codehaus.groovy.control.CompilePhase
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.customizers.CompilationCustomizer

/** Which calls and properties a Jenkinsfile (its directives apart) or a var may hold; checked before anything runs. */
class CodeRules extends CompilationCustomizer {
    // Methods of String, List and Map that Jenkins runs in its sandbox, with closures too.
    static final Set<String> METHODS = [
        'any', 'call', 'collect', 'contains', 'containsKey', 'each', 'endsWith', 'every', 'find', 'findAll', 'get',
        'getBuildCauses', 'isEmpty', 'join', 'matches', 'replace', 'replaceAll', 'size', 'split', 'startsWith',
        'toLowerCase', 'toString', 'toUpperCase', 'tokenize', 'trim']
    // What a library may ask Jenkins itself; a Jenkinsfile runs in the sandbox and may not.
    private static final String TRUSTED_CLASS = 'jenkins.model.Jenkins'
    private static final Set<String> TRUSTED_METHODS = ['get', 'getComputer']
    private static final Set<String> FORBIDDEN_PROPERTIES = ['binding', 'class', 'classLoader', 'delegate', 'metaClass', 'owner']

    private final Set<String> m_vars
    final boolean mayDefineMethods

    CodeRules(Set<String> vars, boolean mayDefineMethods) {
        super(CompilePhase.CANONICALIZATION)
        m_vars = vars
        this.mayDefineMethods = mayDefineMethods
    }

    @Override
    void call(SourceUnit source, GeneratorContext context, ClassNode node) {
        Set<String> own = mayDefineMethods ? node.methods*.name.toSet() - ['main', 'run'] : []
        if (mayDefineMethods) {
            node.methods.findAll { !(it.name in ['main', 'run']) }.each { checker(source, own).visitMethod(it) }
        } else {
            new DirectiveRules(source, checker(source, own)).check(node.getMethod('run', [] as org.codehaus.groovy.ast.Parameter[]).code)
        }
    }

    private ClassCodeVisitorSupport checker(SourceUnit source, Set<String> own) {
        return new Checker(source, own)
    }

    private class Checker extends ClassCodeVisitorSupport {
        private final SourceUnit m_source
        private final Set<String> m_own

        Checker(SourceUnit source, Set<String> own) {
            m_source = source
            m_own = own
        }

        @Override
        protected SourceUnit getSourceUnit() {
            return m_source
        }

        @Override
        void visitMethodCallExpression(MethodCallExpression call) {
            String name = call.methodAsString
            if (name == null) {
                refuse(call, 'a method must be called by its name')
            } else if (call.implicitThis) {
                checkStep(call, name)
            } else if (!(name in METHODS) && !(mayDefineMethods && name in TRUSTED_METHODS)) {
                refuse(call, "method ${name} is not known to this runner")
            }
            super.visitMethodCallExpression(call)
        }

        private void checkStep(MethodCallExpression call, String name) {
            if (name in m_vars || name in m_own) {
                return
            }
            StepSignature signature = Steps.SIGNATURES[name]
            if (signature == null) {
                refuse(call, "step ${name} is not known to this runner")
            } else {
                namedArguments(call).findAll { !signature.types.containsKey(it) }.each {
                    refuse(call, "${name}: argument ${it} is not known to this runner")
                }
            }
        }

        private List<String> namedArguments(MethodCallExpression call) {
            return call.arguments.expressions.findAll { it instanceof MapExpression }
                .collectMany { it.mapEntryExpressions }
                .collect { it.keyExpression.text }
        }

        @Override
        void visitAnnotations(AnnotatedNode node) {
            node.annotations.each { refuse(node, "annotation ${it.classNode.name} is not known to this runner") }
        }

        @Override
        void visitPropertyExpression(PropertyExpression property) {
            if (property.propertyAsString == null || property.propertyAsString in FORBIDDEN_PROPERTIES) {
                refuse(property, "property ${property.propertyAsString} is not known to this runner")
            }
            super.visitPropertyExpression(property)
        }

        @Override
        void visitClassExpression(ClassExpression type) {
            if (mayDefineMethods && type.type.name == TRUSTED_CLASS) {
                return
            }
            refuse(type, "class ${type.type.name} is not known to this runner")
        }

        private void refuse(ASTNode place, String message) {
            addError(message, place)
        }
    }
}
