package dev.tollgate.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** One of a few words. picocli would offer the constants' Java names. */
record Choice<T>(Class<T> type) implements ITypeConverter<T> {
    @Override
    public T convert(String text) {
        T[] constants = type.getEnumConstants();
        return Arrays.stream(constants)
                .filter(constant -> constant.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> new TypeConversionException("not one of "
                        + Arrays.stream(constants).map(Object::toString).collect(Collectors.joining(", "))));
    }
}
