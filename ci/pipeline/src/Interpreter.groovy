package runner

/** Runs the stages and the post section of a pipeline as Jenkins does. */
class Interpreter {
    private final Build m_build
    private final Script m_script
    private Throwable m_firstError

    Interpreter(Build build, Script script) {
        m_build = build
        m_script = script
    }

    void run(PipelineBlock pipeline) {
        pipeline.stageBlocks.each { runStage(it) }
        if (pipeline.postBlock != null) {
            runPost(pipeline.postBlock)
        }
        if (m_firstError != null) {
            m_build.log.line(lineOf(m_firstError))
        }
    }

    private void runStage(StageBlock stage) {
        m_build.log.line("[Pipeline] stage (${stage.name})")
        if (m_firstError != null) {
            m_build.log.line("Stage \"${stage.name}\" skipped due to earlier failure(s)")
            return
        }
        try {
            m_build.environment.within([STAGE_NAME: stage.name]) { runSteps(stage) }
        } catch (Exception error) {
            record(error)
        }
    }

    private void runSteps(StageBlock stage) {
        m_build.interrupter.check()
        if (stage.condition != null && !execute(stage.condition)) {
            m_build.log.line("Stage \"${stage.name}\" skipped due to when conditional")
        } else if (stage.timeoutMilliseconds != null) {
            m_build.interrupter.withTimeout(stage.timeoutMilliseconds) { execute(stage.stepsBody) }
        } else {
            execute(stage.stepsBody)
        }
    }

    private void runPost(PostBlock post) {
        m_build.log.line('[Pipeline] stage (Declarative: Post Actions)')
        PostBlock.CONDITIONS.findAll { post.bodies.containsKey(it) && holds(it) }.each { condition ->
            try {
                execute(post.bodies[condition])
            } catch (Exception error) {
                m_build.log.line("Error when executing ${condition} post condition:")
                m_build.log.line(lineOf(error))
                record(error)
            }
        }
    }

    private boolean holds(String condition) {
        switch (condition) {
            case 'aborted': return m_build.result == Result.ABORTED
            case 'success': return m_build.result == Result.SUCCESS
            case 'failure': return m_build.result == Result.FAILURE
            case 'unsuccessful': return m_build.result != Result.SUCCESS
        }
        return true
    }

    private Object execute(Closure body) {
        body.delegate = m_script
        body.resolveStrategy = Closure.DELEGATE_ONLY
        return body.call()
    }

    private void record(Exception error) {
        m_build.fail(error)
        m_firstError = m_firstError ?: error
    }

    private static String lineOf(Throwable error) {
        return error instanceof Interrupted ? error.message : "ERROR: ${error.message}"
    }
}
