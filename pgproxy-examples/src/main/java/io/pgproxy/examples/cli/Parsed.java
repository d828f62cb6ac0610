package io.pgproxy.examples.cli;

import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * An option's value, read by a parser whose complaint is for the user as it is. Picocli's own words would hold the
 * value, and with it the password of a URL.
 *
 * @param <T> what the text becomes
 * @param parser throws {@link IllegalArgumentException} at what it cannot read
 */
public record Parsed<T>(Function<String, T> parser) implements ITypeConverter<T> {

    @Override
    public T convert(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException refused) {
            throw new TypeConversionException(refused.getMessage());
        }
    }
}
