package io.pgproxy.protocol.startup;

/**
 * A name and a value of a StartupMessage.
 *
 * @param name the name as it was sent, not empty
 * @param value the value as it was sent
 */
public record StartupParameter(String name, String value) {
    /**
     * Checks the components.
     *
     * @param name see the component
     * @param value see the component
     */
    public StartupParameter {
        if (name.isEmpty() || name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("not a start-up parameter");
        }
    }
}
