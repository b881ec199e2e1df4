using System.Text.Json;

namespace DurableRouter.Functions.Activities;

/// <summary>An earlier delivery has brought the call to its end: nothing is left to do but to give its result back.</summary>
sealed class CallAnsweredException(JsonElement result) : Exception("the call has its result")
{
    public JsonElement Result { get; } = result;
}
