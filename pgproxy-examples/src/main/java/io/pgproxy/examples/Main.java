package io.pgproxy.examples;

import io.pgproxy.core.backend.PostgresUrl;
import io.pgproxy.examples.cli.CountLimit;
import io.pgproxy.examples.cli.HostPort;
import io.pgproxy.examples.cli.OneLineErrors;
import io.pgproxy.examples.cli.Parsed;
import io.pgproxy.examples.cli.Seconds;
import io.pgproxy.examples.cli.SizeLimit;
import io.pgproxy.examples.cli.TimeLimit;
import io.pgproxy.examples.cli.Version;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The entry point of the jar: it only knows which examples there are. */
@Command(
        name = "pgproxy-examples",
        description = "Systems built with pgproxy, each ready to run.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {Passthrough.class, Guarded.class, ReadOnly.class, Split.class, Analyze.class})
final class Main {

    private Main() {}

    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main())
                .registerConverter(HostPort.class, new Parsed<>(HostPort::parse))
                .registerConverter(Duration.class, new Parsed<>(Seconds::parse))
                .registerConverter(TimeLimit.class, new Parsed<>(TimeLimit::parse))
                .registerConverter(SizeLimit.class, new Parsed<>(SizeLimit::parse))
                .registerConverter(CountLimit.class, new Parsed<>(CountLimit::parse))
                .registerConverter(PostgresUrl.class, new Parsed<>(PostgresUrl::parse))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(new OneLineErrors())
                .setExecutionExceptionHandler(new OneLineErrors());
        System.exit(line.execute(args));
    }
}
