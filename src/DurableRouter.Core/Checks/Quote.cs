namespace DurableRouter.Core.Checks;

/// <summary>A passage that an output claims to have taken from the source.</summary>
/// <param name="Pointer">RFC 6901 pointer to the claim in the output.</param>
/// <param name="Text">The passage as given; empty when the output left it out.</param>
sealed record Quote(string Pointer, string Text);
