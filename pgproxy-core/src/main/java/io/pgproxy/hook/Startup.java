package io.pgproxy.hook;

import io.pgproxy.protocol.startup.StartupParameter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream session is asked for: the parameters of a StartupMessage, in order. Immutable.
 *
 * <p>The server applies {@code options} first and the others behind it, the last of equal names wins; they are what
 * RESET and DISCARD ALL return to. See "StartupMessage" in the PostgreSQL manual and {@code process_startup_options} in
 * the server's postinit.c.
 *
 * @param parameters in their order
 */
public record Startup(List<StartupParameter> parameters) {
    /**
     * Copies the list.
     *
     * @param parameters in their order
     */
    public Startup {
        parameters = List.copyOf(parameters);
    }

    /**
     * One parameter.
     *
     * @param name exactly as sent
     * @return the last value under this name, or null
     */
    public @Nullable String parameter(String name) {
        String last = null;
        for (StartupParameter parameter : parameters) {
            if (parameter.name().equals(name)) {
                last = parameter.value();
            }
        }
        return last;
    }

    /**
     * The same with a parameter at the end: there it wins over every other.
     *
     * @param name the parameter, removed from where it stood, in whatever case
     * @param value its value
     * @return the changed start-up
     */
    public Startup with(String name, String value) {
        List<StartupParameter> changed = new ArrayList<>(without(name).parameters);
        changed.add(new StartupParameter(name, value));
        return new Startup(changed);
    }

    /**
     * The same without a parameter. What stands within {@code options} is not touched.
     *
     * @param name the parameter in any case: settings have none
     * @return the changed start-up
     */
    public Startup without(String name) {
        List<StartupParameter> kept = new ArrayList<>(parameters);
        kept.removeIf(parameter -> parameter.name().equalsIgnoreCase(name));
        return new Startup(kept);
    }

    /** {@return the names alone} */
    @Override
    public String toString() {
        return "Startup" + parameters.stream().map(StartupParameter::name).toList();
    }
}
