package io.pgproxy.hook.ready;

import io.pgproxy.hook.Row;
import io.pgproxy.hook.RowMapper;
import io.pgproxy.hook.RowTransform;
import io.pgproxy.protocol.Column;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The masked columns of one result. */
final class MaskedColumns implements RowMapper {
    private final int[] columns;
    private final Mask[] masks;

    private MaskedColumns(List<Integer> columns, List<Mask> masks) {
        this.columns = columns.stream().mapToInt(Integer::intValue).toArray();
        this.masks = masks.toArray(Mask[]::new);
    }

    /** A result without a masked column stays undecoded. */
    static RowTransform of(List<Column> columns, MaskedPlaces places) {
        List<Integer> masked = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            Mask mask = places.of(columns.get(i));
            if (mask != null) {
                masked.add(i);
                masks.add(mask);
            }
        }
        return masked.isEmpty() ? RowTransform.NONE : RowTransform.each(new MaskedColumns(masked, masks));
    }

    @Override
    public void map(Row row) {
        for (int i = 0; i < columns.length; i++) {
            @Nullable String text = row.text(columns[i]);
            row.set(columns[i], masks[i].mask(text));
        }
    }
}
