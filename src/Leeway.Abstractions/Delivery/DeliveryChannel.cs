namespace Leeway;

/// <summary>How a delivery travels. Numbers are persisted; names are part of stored targets.</summary>
public enum DeliveryChannel
{
    /// <summary>A signed HTTP call to a registered endpoint; its target is the endpoint's id.</summary>
    Webhook = 1,

    /// <summary>A message to a queue; its target is the queue's name in the configuration.</summary>
    Queue = 2,

    /// <summary>An e-mail; its target is the address.</summary>
    Mail = 3,
}
