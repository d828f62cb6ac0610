package io.pgproxy.examples.cli;

import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Tells what went wrong in one line on standard error. The stack trace is for {@code --log-level debug}. */
public final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {

    /** Stateless. */
    public OneLineErrors() {}

    /** Wrong options: exit code 2. */
    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + oneLine(error) + " (try " + name + " --help)");
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** Right options, but it does not work: exit code 1. */
    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + oneLine(error));
        LoggerFactory.getLogger(OneLineErrors.class).debug("the cause", error);
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static String oneLine(Exception error) {
        String message = error.getMessage();
        return message == null || message.isBlank()
                ? error.toString()
                : message.strip().replaceFirst("^Error: ", "").replaceAll("\\s*\\R\\s*", " ");
    }
}
