package io.pgproxy.examples.guarded;

import io.pgproxy.pool.PoolMode;
import io.pgproxy.pool.PoolSettings;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How clients share connections: {@code --pool-mode} and {@code --pool-size}. There is none without the former. */
public final class PoolOptions {

    @Option(
            names = "--pool-mode",
            paramLabel = "MODE",
            required = true,
            description = {
                "Clients share connections: each has one for its session, for a transaction or for a statement.",
                "--upstream has to name a user then, unless --auth finds out who clients are."
            })
    private PoolMode mode = PoolMode.TRANSACTION;

    @Option(
            names = "--pool-size",
            paramLabel = "COUNT",
            defaultValue = "20",
            converter = Size.class,
            description = "With --pool-mode: how many connections there are (default ${DEFAULT-VALUE}).")
    private int size = 20;

    /** Filled by picocli. */
    public PoolOptions() {}

    /** {@return the same for an upstream} */
    public PoolSettings settings() {
        return PoolSettings.builder().mode(mode).maximum(size).build();
    }

    /** A number of connections, of which there has to be one. */
    static final class Size implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            if (text.matches("[0-9]{1,5}")) {
                int size = Integer.parseInt(text);
                if (size >= 1 && size <= 10_000) {
                    return size;
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' is no number of connections: give a whole number from 1 to 10000");
        }
    }
}
