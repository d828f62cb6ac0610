package io.pgproxy.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings by name: those of the process, and beneath them those of a file {@code .env}. An empty value is as none.
 * Shows no value in {@code toString}.
 */
public final class Environment {
    private final Map<String, String> values;

    Environment(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * The environment of this process.
     *
     * @return it, above the file {@code .env} of the working directory
     * @throws IOException if there is a file that cannot be read
     * @throws IllegalArgumentException if there is one that is malformed
     */
    public static Environment ofProcess() throws IOException {
        Map<String, String> all = new LinkedHashMap<>(DotEnv.read(Path.of(".env")));
        all.putAll(System.getenv());
        return new Environment(all);
    }

    /**
     * Makes sure that some settings are there.
     *
     * @param names the settings
     * @throws IllegalArgumentException if one is not; the message names all that are missing
     */
    public void require(List<String> names) {
        List<String> missing = names.stream().filter(name -> get(name) == null).toList();
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException("missing in the environment and in .env: " + String.join(", ", missing));
        }
    }

    /**
     * A text that is there.
     *
     * @param name the setting
     * @return its value
     * @throws IllegalArgumentException if it is missing
     */
    public String text(String name) {
        require(List.of(name));
        return values.getOrDefault(name, "");
    }

    /**
     * A text.
     *
     * @param name the setting
     * @param missing what it is if it is missing
     * @return its value
     */
    public String text(String name, String missing) {
        String value = get(name);
        return value == null ? missing : value;
    }

    /**
     * A whole number.
     *
     * @param name the setting
     * @param missing what it is if it is missing
     * @param least the least that it may be
     * @param most the most that it may be
     * @return its value
     * @throws IllegalArgumentException if it is no such number
     */
    public int number(String name, int missing, int least, int most) {
        String value = text(name, Integer.toString(missing));
        if (value.matches("[0-9]{1,10}")) {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return (int) number;
            }
        }
        throw new IllegalArgumentException(
                name + " is '" + value + "': give a whole number from " + least + " to " + most);
    }

    /**
     * One word of several.
     *
     * @param name the setting
     * @param missing what it is if it is missing
     * @param other the other word that it may be
     * @return one of both, as they are given here
     * @throws IllegalArgumentException if it is neither, in any case
     */
    public String word(String name, String missing, String other) {
        String value = text(name, missing);
        if (value.equalsIgnoreCase(missing)) {
            return missing;
        }
        if (value.equalsIgnoreCase(other)) {
            return other;
        }
        throw new IllegalArgumentException(name + " is '" + value + "': give " + missing + " or " + other);
    }

    private @Nullable String get(String name) {
        String value = values.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** Tells how many there are. */
    @Override
    public String toString() {
        return "Environment[" + values.size() + "]";
    }
}
