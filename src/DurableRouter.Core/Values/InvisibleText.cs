namespace DurableRouter.Core.Values;

/// <summary>Characters that a reader doesn't see and a model does: zero-width and direction marks, tags, variation selectors, fillers.</summary>
/// <remarks>Unicode's default-ignorable code points (https://www.unicode.org/Public/UCD/latest/ucd/DerivedCoreProperties.txt) and the marks of
/// interlinear notes.</remarks>
static class InvisibleText
{
    public static bool IsInvisible(int codePoint) => codePoint is 0x00AD or 0x034F or 0x061C or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x3164 or 0xFEFF or 0xFFA0
        or (>= 0x180B and <= 0x180F) or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x206F)
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xFFF0 and <= 0xFFFB) or (>= 0x1BCA0 and <= 0x1BCA3) or (>= 0x1D173 and <= 0x1D17A)
        or (>= 0xE0000 and <= 0xE0FFF);
}
