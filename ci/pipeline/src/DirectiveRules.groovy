package runner

import org.codehaus.groovy.ast.ClassCodeVisitorSupport
import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.SourceUnit
import org.codehaus.groovy.control.messages.SyntaxErrorMessage
import org.codehaus.groovy.syntax.SyntaxException

/**
 * The shape of a declarative Jenkinsfile: `@Library(...) _`, then `pipeline { }` that holds nothing but calls.
 * Which directive may stand where is checked by the blocks (Blocks.groovy) when they are read.
 */
class DirectiveRules {
    static final String LIBRARY = 'environment-backup'
    private static final Set<String> STEP_BLOCKS = PostBlock.CONDITIONS.toSet() + ['steps']

    private final SourceUnit m_source
    private final ClassCodeVisitorSupport m_codeRules

    DirectiveRules(SourceUnit source, ClassCodeVisitorSupport codeRules) {
        m_source = source
        m_codeRules = codeRules
    }

    void check(Statement script) {
        List<Statement> statements = statementsOf(script).findAll { !isLibrary(it) }
        if (statements.size() != 1 || callOf(statements[0])?.methodAsString != 'pipeline') {
            refuse(statements ? statements.last() : script, 'a Jenkinsfile holds @Library(...) _ and one pipeline { }')
            return
        }
        checkBlock(statements[0])
    }

    private boolean isLibrary(Statement statement) {
        Expression expression = statement instanceof ExpressionStatement ? statement.expression : null
        if (!(expression instanceof DeclarationExpression) || expression.leftExpression.text != '_') {
            return false
        }
        List names = expression.annotations.collect { it.classNode.name == 'Library' ? it.getMember('value')?.text : null }
        if (names != [LIBRARY]) {
            refuse(statement, "the library must be @Library('${LIBRARY}')")
        }
        return true
    }

    private void checkBlock(Statement statement) {
        MethodCallExpression call = callOf(statement)
        if (call == null) {
            refuse(statement, 'only directives may stand here (on one line they need ; between them)')
            return
        }
        call.arguments.expressions.findAll { it instanceof ClosureExpression }.each { ClosureExpression body ->
            if (call.methodAsString == 'expression') {
                body.code.visit(m_codeRules)
            } else if (call.methodAsString in STEP_BLOCKS) {
                statementsOf(body.code).each { checkStep(it) }
            } else {
                statementsOf(body.code).each { checkBlock(it) }
            }
        }
    }

    private void checkStep(Statement statement) {
        if (callOf(statement) == null) {
            refuse(statement, 'only steps may stand here; logic belongs in shared-lib/vars')
        } else {
            statement.visit(m_codeRules)
        }
    }

    private static List<Statement> statementsOf(Statement block) {
        return block instanceof BlockStatement ? block.statements : [block]
    }

    private static MethodCallExpression callOf(Statement statement) {
        if (!(statement instanceof ExpressionStatement || statement instanceof ReturnStatement)) {
            return null
        }
        Expression expression = statement.expression
        boolean plain = expression instanceof MethodCallExpression && expression.implicitThis && expression.methodAsString != null
        return plain ? (MethodCallExpression) expression : null
    }

    private void refuse(org.codehaus.groovy.ast.ASTNode place, String message) {
        m_source.errorCollector.addErrorAndContinue(
            new SyntaxErrorMessage(new SyntaxException(message, place.lineNumber, place.columnNumber), m_source))
    }
}
