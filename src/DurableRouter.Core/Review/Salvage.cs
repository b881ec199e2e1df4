using System.Text.Json;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Review;

/// <summary>An answer made of a reply that is not the JSON which was asked for.</summary>
/// <param name="Answer">May lack members of the step's schema: what nobody said is unknown.</param>
/// <param name="Check">Says in the ledger how the reply was read.</param>
/// <param name="SaysHowSure">Whether its author was asked for its confidence about this very label, and answered or should have.</param>
sealed record Salvage(JsonElement Answer, CheckResult Check, bool SaysHowSure);
