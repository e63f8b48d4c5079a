package runner

import org.codehaus.groovy.ast.expr.*
import org.codehaus.groovy.ast.stmt.*
import org.codehaus.groovy.control.CompilerConfiguration
import org.codehaus.groovy.control.MultipleCompilationErrorsException
import org.codehaus.groovy.control.customizers.SecureASTCustomizer

/** Compiles a Jenkinsfile or a var after checking that it holds nothing but what the rules list. */
class Compiler {
    private static final List<Class> EXPRESSIONS = [
        ArgumentListExpression, BinaryExpression, BooleanExpression, ClassExpression, ClosureExpression, ConstantExpression,
        DeclarationExpression, ElvisOperatorExpression, EmptyExpression, GStringExpression, ListExpression,
        MapEntryExpression, MapExpression, MethodCallExpression, NamedArgumentListExpression, NotExpression,
        PropertyExpression, TernaryExpression, TupleExpression, VariableExpression]
    private static final List<Class> STATEMENTS = [
        BlockStatement, CatchStatement, EmptyStatement, ExpressionStatement, IfStatement, ReturnStatement,
        ThrowStatement, TryCatchStatement]

    static Class compile(File file, CodeRules rules) {
        CompilerConfiguration configuration = new CompilerConfiguration(scriptBaseClass: PipelineScript.name)
        configuration.disabledGlobalASTTransformations = ['groovy.grape.GrabAnnotationTransformation'].toSet()
        configuration.addCompilationCustomizers(rules, secure(rules.mayDefineMethods))
        try {
            return new GroovyShell(Compiler.classLoader, new Binding(), configuration)
                .parse(file.getText('UTF-8'), scriptName(file)).getClass()
        } catch (MultipleCompilationErrorsException error) {
            throw new Refused(error.message.trim())
        } catch (SecurityException error) {
            throw new Refused("${file}: ${error.message}")
        }
    }

    // A class name may hold neither dot nor dash.
    private static String scriptName(File file) {
        return (file.name - '.groovy').replaceAll('[^A-Za-z0-9_]', '_') + '.groovy'
    }

    private static SecureASTCustomizer secure(boolean mayDefineMethods) {
        SecureASTCustomizer secure = new SecureASTCustomizer()
        secure.packageAllowed = false
        secure.methodDefinitionAllowed = mayDefineMethods
        secure.importsWhitelist = []
        secure.starImportsWhitelist = []
        secure.staticImportsWhitelist = []
        secure.staticStarImportsWhitelist = []
        secure.expressionsWhitelist = EXPRESSIONS
        secure.statementsWhitelist = STATEMENTS
        return secure
    }
}
