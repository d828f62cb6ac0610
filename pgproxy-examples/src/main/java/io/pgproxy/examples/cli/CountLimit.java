package io.pgproxy.examples.cli;

/**
 * How many of something there may be.
 *
 * @param most {@code Integer.MAX_VALUE}: as many as there are
 */
public record CountLimit(int most) {

    /**
     * Reads a number.
     *
     * @param text digits only; off and 0 are no limit
     * @return the limit
     * @throws IllegalArgumentException if it is anything else
     */
    public static CountLimit parse(String text) {
        if (!text.equals("off") && !text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no limit: give a whole number up to 999999999, or off");
        }
        int most = text.equals("off") ? 0 : Integer.parseInt(text);
        return new CountLimit(most == 0 ? Integer.MAX_VALUE : most);
    }

    /** {@return the same for what is counted in long numbers} */
    public long rows() {
        return most == Integer.MAX_VALUE ? Long.MAX_VALUE : most;
    }
}
