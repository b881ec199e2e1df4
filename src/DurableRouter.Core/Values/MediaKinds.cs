namespace DurableRouter.Core.Values;

/// <summary>What a step may see beside text. Persisted words.</summary>
static class MediaKinds
{
    public const string Image = "image";
    public const string Audio = "audio";

    public static readonly string[] All = [Image, Audio];
}
