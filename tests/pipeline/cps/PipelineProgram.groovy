package cps

import com.cloudbees.groovy.cps.Continuable
import com.cloudbees.groovy.cps.SerializableScript
import org.codehaus.groovy.runtime.InvokerHelper

/** Base class of a program and of each var: an unknown name is a var, else a step, at which the program is left. */
abstract class PipelineProgram extends SerializableScript {
    private static final long serialVersionUID = 1L

    @Override
    Object invokeMethod(String name, Object arguments) {
        Script known = World.vars[name]
        if (known != null) {
            World.USED << name
            return InvokerHelper.getMetaClass(known).invokeMethod(known, 'call', arguments as Object[])
        }
        if (name == 'string') {
            // no step but a description, made at once
            return new HashMap((Map) (arguments as Object[])[0])
        }
        return Continuable.suspend([name, (arguments as Object[]).toList()])
    }

    @Override
    Object getProperty(String name) {
        switch (name) {
            case 'env': return new EnvironmentOfBuild()
            case 'currentBuild': return new CurrentBuild()
        }
        return super.getProperty(name)
    }
}

class EnvironmentOfBuild implements Serializable {
    private static final long serialVersionUID = 1L

    Object getProperty(String name) {
        return World.variable(name)
    }

    void setProperty(String name, Object value) {
        World.environment[name] = value.toString()
    }
}

class CurrentBuild implements Serializable {
    private static final long serialVersionUID = 1L

    Object getProperty(String name) {
        return World.currentBuild[name]
    }

    void setProperty(String name, Object value) {
        World.currentBuild[name] = value?.toString()
    }

    List<Map> getBuildCauses() {
        return [[_class: 'hudson.model.Cause$UserIdCause', shortDescription: 'Started by user maria', userId: 'maria']]
    }
}
