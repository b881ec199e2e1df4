using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Where the text of documents and models meets what the router does with it: how data is told from instructions in a prompt, and what an
/// answer must pass before anything believes it.</summary>
/// <remarks>There is one, and no host can choose another. Tests replace it to show that their attacks succeed where it is missing: without
/// that, a proof that none succeeds could be a proof of nothing.</remarks>
class TrustBoundary
{
    public static readonly TrustBoundary Standing = new();

    /// <summary>What marks a field's begin and end. Derived from the data itself and the attempt: text that could forge it would have to contain a
    /// hash of itself.</summary>
    public virtual string Marker(PromptField field, string key) => FieldValues.Sha256(field.Content, "\n", key, "\n", field.Name)[..24];

    /// <summary>Schema, declared labels, earned risk tags and every check of the pipeline.</summary>
    public virtual ReviewedOutput Review(CompiledStep step, JsonElement answer, AttemptFields data) => OutputReview.RunReply(step, answer, data);
}
