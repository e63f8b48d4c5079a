// The rules of CodeNarc for Jenkinsfiles, the shared library, Job DSL and the runner of ci/pipeline.
ruleset {
    ruleset('rulesets/basic.xml')
    ruleset('rulesets/braces.xml')
    ruleset('rulesets/design.xml') {
        exclude 'Instanceof'                            // the runner looks into syntax trees and arguments
        exclude 'AbstractClassWithoutAbstractMethod'
        exclude 'AbstractClassWithPublicConstructor'
        exclude 'BuilderMethodWithSideEffects'
    }
    ruleset('rulesets/exceptions.xml') {
        exclude 'CatchException'                        // Jenkins records whatever a stage throws
        exclude 'CatchThrowable'
        exclude 'ExceptionExtendsError'                 // no pipeline may catch a refusal
    }
    ruleset('rulesets/formatting.xml') {
        exclude 'ClassStartsWithBlankLine'
        exclude 'ClassEndsWithBlankLine'
        SpaceAroundMapEntryColon {
            characterAfterColonRegex = /\s/
            characterBeforeColonRegex = /./
        }
        LineLength {
            length = 140
            doNotApplyToFileNames = 'Jenkinsfile*,environment_jobs.groovy'  // descriptions for people
        }
    }
    ruleset('rulesets/groovyism.xml')
    ruleset('rulesets/imports.xml') {
        exclude 'NoWildcardImports'
    }
    ruleset('rulesets/naming.xml') {
        FieldName { regex = /(m_|s_)?[a-z][a-zA-Z0-9]*/; staticFinalRegex = /[A-Z][A-Z0-9_]*|s_[a-z]\w*/ }
        VariableName { regex = /[a-z][a-zA-Z0-9]*|_/ }
        exclude 'FactoryMethodName'
    }
    ruleset('rulesets/size.xml') {
        exclude 'CrapMetric'
        exclude 'NestedBlockDepth'                      // blocks of a pipeline nest
        AbcMetric { doNotApplyToFileNames = 'Jenkinsfile*' }
    }
    ruleset('rulesets/unnecessary.xml') {
        exclude 'UnnecessaryReturnKeyword'
        exclude 'UnnecessaryCollectCall'                // plain calls are what Jenkins transforms best
        exclude 'UnnecessaryGetter'                     // currentBuild and processes have no such property
        exclude 'UnnecessarySetter'
        exclude 'UnnecessarySubstring'
        exclude 'UnnecessaryObjectReferences'
    }
    ruleset('rulesets/unused.xml') {
        exclude 'UnusedPrivateMethod'                   // Steps calls do_<step> by name
        UnusedMethodParameter { ignoreRegex = /rule/ }         // directives and steps have one shape
        UnusedPrivateMethodParameter { ignoreRegex = /given/ }
        UnusedVariable { ignoreVariableNames = '_' }    // @Library(...) _
    }
}
