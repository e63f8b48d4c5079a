// Starts OpenSearch as its runner does, but with pipelines: the runner alone gives a node no role for them.
import org.codelibs.opensearch.runner.OpenSearchRunner

def runner = new OpenSearchRunner()
Runtime.runtime.addShutdownHook(new Thread({ runner.close() }))
runner.onBuild({ number, settings ->
    settings.putList('node.roles', 'cluster_manager', 'data', 'ingest')
} as OpenSearchRunner.Builder)
runner.build(args as String[])
while (!runner.closed) { sleep(500) }
