using DurableRouter.Core.Checks;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Verification;

public sealed class PersonalDataTests
{
    [Theory]
    [InlineData("email", "Write to jane.doe+x@mail.example.co.uk today.")]
    [InlineData("email", "\u00fcmit@b\u00fccher.example")]
    [InlineData("iban", "Pay to DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX.")]
    [InlineData("iban", "gb29nwbk60161331926819")]
    [InlineData("iban", "NO93-8601-1117-947")]
    [InlineData("card", "Card 4111 1111 1111 1111, valid 12/27")]
    [InlineData("card", "5500-0055-5555-5559")]
    [InlineData("card", "378282246310005")]
    [InlineData("card", "4111 1111 1111 1111 123")]
    [InlineData("phone", "Call +49 30 1234567 now")]
    [InlineData("phone", "+1 (555) 010-9999")]
    [InlineData("phone", "(555) 010-9999")]
    [InlineData("phone", "0171 1234567")]
    [InlineData("phone", "0049 30 123456")]
    public void Text_WithPersonalData_IsFound(string kind, string text) => Assert.True(PersonalData.IsIn(text, kind));

    [Theory]
    [InlineData("email", "meet @ noon, a@b, x@y.z")]
    [InlineData("iban", "DE89 3704 0044 0532 0130 01")]
    [InlineData("iban", "DE89 3704 0044 0532 0130")]
    [InlineData("iban", "order AT12 of 2026")]
    [InlineData("card", "4111 1111 1111 1112")]
    [InlineData("card", "1234 5678 9012 3456")]
    [InlineData("card", "41111111111111111111111111111")]
    [InlineData("phone", "2026-01-15 10:30, 01.02.2026, EUR 1,234,567.89")]
    [InlineData("phone", "No. 2026-000123")]
    [InlineData("phone", "12345678901")]
    public void Text_WithoutPersonalData_IsLeftAlone(string kind, string text) => Assert.False(PersonalData.IsIn(text, kind));

    [Theory]
    [InlineData("email", "jane\u200b@exam\u2060ple.org")]
    [InlineData("card", "\uff14\uff11\uff11\uff11 1111 1111 1111")]
    [InlineData("iban", "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000")]
    public void Text_HiddenByTypography_IsFoundOnceFolded(string kind, string text) => Assert.True(PersonalData.IsIn(PlainText.Of(text), kind));

    [Fact]
    public void Text_MadeToBeSlow_TakesNoTime()
    {
        var hostile = string.Concat(Enumerable.Repeat("a.", 200_000)) + string.Concat(Enumerable.Repeat("0", 200_000)) + string.Concat(Enumerable.Repeat("DE89 ", 100_000));

        HostileInput.AssertBounded(() => Assert.All(PersonalData.Kinds, kind => PersonalData.IsIn(hostile, kind)));
    }
}
