package io.pgproxy.sql.structure;

/**
 * A place of a parameter.
 *
 * @param number the number behind the dollar, from 1; 0 is what PostgreSQL refuses
 * @param span where it stands
 */
public record ParameterUse(int number, Span span) {
    ParameterUse at(Places places) {
        return new ParameterUse(number, places.moved(span));
    }
}
