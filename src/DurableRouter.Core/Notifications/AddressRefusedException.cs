namespace DurableRouter.Core.Notifications;

/// <summary>A name leads to no address that <see cref="AddressPolicy"/> allows: nothing was connected to.</summary>
sealed class AddressRefusedException(string message) : HttpRequestException(message);
