namespace DurableRouter.Core.Values;

/// <summary>One field as the model will see it.</summary>
/// <param name="Source">The reference it came from.</param>
/// <param name="Content">Text as it is, any other value as compact JSON.</param>
/// <param name="IsText">True when the value is a JSON string.</param>
/// <param name="Media">What is attached beside the text; null: nothing.</param>
sealed record PromptField(string Name, string Source, string Content, bool IsText = true, MediaValue? Media = null);
