package dev.tollgate.dialects.tokens;

import org.jspecify.annotations.Nullable;

/** What an image costs, by the pages of its vendor. */
sealed interface ImageRule {
    /**
     * An image's tokens.
     *
     * @param detail OpenAI's {@code detail} or Gemini's {@code mediaResolution}, as the wire has it
     */
    long tokens(ImageSize size, @Nullable String detail);

    /** Of the picture that a provider makes of a document's page: A4 with 150 dots to the inch. */
    default long page() {
        return tokens(new ImageSize(1_240, 1_754), null);
    }

    /**
     * Anthropic ("Vision"): one token for 750 square pixels, in patches of 28 by 28, after scaling down.
     *
     * @param edge pixels that the longer side may have
     * @param most tokens that an image may have
     */
    record Area(int edge, long most) implements ImageRule {
        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            double scale = Math.min(1, (double) edge / Math.max(size.width(), size.height()));
            double width = size.width() * scale;
            double height = size.height() * scale;
            long byArea = (long) Math.ceil(width * height / 750);
            return Math.min(most, Math.max(byArea, patches(width, height, 28)));
        }
    }

    /**
     * OpenAI's older models ("Images and vision"): scaled to fit 2048 by 2048, then to a shorter side of 768, in tiles of 512.
     *
     * @param base of any image; all there is with {@code detail: low}
     */
    record Tiles(long base, long tile) implements ImageRule {
        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            if ("low".equals(detail)) {
                return base;
            }
            double fit = Math.min(1, 2_048.0 / Math.max(size.width(), size.height()));
            double shorter = Math.min(size.width(), size.height()) * fit;
            double scale = fit * Math.min(1, 768 / shorter);
            return base + tile * patches(size.width() * scale, size.height() * scale, 512);
        }
    }

    /**
     * OpenAI's newer models (the same page): patches of 32 by 32, scaled down to a budget, each worth some tokens.
     *
     * @param most patches with {@code detail: auto} or {@code original}
     * @param mostHigh patches with {@code detail: high}
     */
    record Patches(long most, long mostHigh, double each) implements ImageRule {
        private static final long MOST_LOW = 256;

        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            long budget = "low".equals(detail) ? MOST_LOW : "high".equals(detail) ? mostHigh : most;
            return (long) Math.ceil(Math.min(budget, patches(size.width(), size.height(), 32)) * each);
        }
    }

    /** Gemini 2 ("Understand and count tokens"): 258 up to 384 by 384, else 258 for each tile of its crop. */
    record GeminiTiles() implements ImageRule {
        private static final long TILE = 258;

        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            if (size.width() <= 384 && size.height() <= 384) {
                return TILE;
            }
            int crop = Math.clamp((long) (Math.min(size.width(), size.height()) / 1.5), 256, 768);
            return TILE * patches(size.width(), size.height(), crop);
        }

        @Override
        public long page() {
            return TILE;
        }
    }

    /** Gemini from 3 on ("Media resolution"): by the resolution that is asked for, whatever the image's size. */
    record GeminiResolution() implements ImageRule {
        @Override
        public long tokens(ImageSize size, @Nullable String detail) {
            return switch (detail) {
                case "MEDIA_RESOLUTION_LOW" -> 280;
                case "MEDIA_RESOLUTION_MEDIUM" -> 560;
                case "MEDIA_RESOLUTION_ULTRA_HIGH" -> 2_240;
                case null, default -> 1_120;
            };
        }

        @Override
        public long page() {
            return 560;
        }
    }

    private static long patches(double width, double height, int side) {
        return (long) Math.ceil(width / side) * (long) Math.ceil(height / side);
    }
}
