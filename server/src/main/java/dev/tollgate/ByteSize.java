package dev.tollgate;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Amounts of memory as people write them: a whole number and {@code KiB}, {@code MiB} or {@code GiB}; or 0. */
final class ByteSize implements ITypeConverter<Long> {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,6})([KMG])iB");

    @Override
    public Long convert(String text) {
        Matcher parts = SIZE.matcher(text);
        if (text.equals("0")) {
            return 0L;
        }
        if (!parts.matches()) {
            throw new TypeConversionException("not a size like 64MiB");
        }
        int shift = 10 * (1 + "KMG".indexOf(parts.group(2)));
        return Long.parseLong(parts.group(1)) << shift;
    }
}
