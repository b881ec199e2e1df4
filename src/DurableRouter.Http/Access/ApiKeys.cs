using DurableRouter.Core.Errors;
using DurableRouter.Http.Endpoints;

namespace DurableRouter.Http.Access;

/// <summary>Reads the callers' keys: <c>NAME:ROLE+ROLE:SHA256</c> or <c>NAME:ROLE+ROLE:SHA256:GROUP+GROUP</c>, separated by semicolons. Only
/// hashes are ever configured.</summary>
public static class ApiKeys
{
    public const string Variable = "DURABLEROUTER_KEYS";

    const int HashDigits = 64;

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: an entry can't be read; the message never repeats it.</exception>
    public static IReadOnlyList<ApiKey> Read(string? text)
    {
        var entries = (text ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. entries.Select((entry, at) => Parse(entry) ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"{Variable}: entry {at + 1} is not NAME:ROLE+ROLE:SHA256 or NAME:ROLE+ROLE:SHA256:GROUP+GROUP. Roles: viewer, runner, approver, operator, admin. "
            + "The hash of a key: printf %s KEY | sha256sum"))];
    }

    static ApiKey? Parse(string entry)
    {
        if (entry.Split(':') is not [{ Length: > 0 } name, var roles, { Length: HashDigits } hash, .. var rest] || !hash.All(char.IsAsciiHexDigit)
            || rest.Length > 1)
        {
            return null;
        }

        var held = ApiRole.None;
        foreach (var word in roles.Split('+'))
        {
            if (!Enum.TryParse<ApiRole>(word, ignoreCase: true, out var role) || !char.IsAsciiLetter(word[0]) || role == ApiRole.None)
            {
                return null;
            }

            held |= role;
        }

        var groups = rest is [var listed] ? listed.Split('+') : null;
        return groups?.All(g => Ids.IsValid(g)) == false ? null : new ApiKey(name, hash.ToLowerInvariant(), held) { Groups = groups };
    }
}
