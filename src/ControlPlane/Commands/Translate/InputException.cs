namespace ControlPlane.Commands.Translate;

/// <summary>A file of the user's can't be used; the message names it and says why.</summary>
internal sealed class InputException(string message, Exception? cause = null) : Exception(message, cause);
