using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with a text or binary value.</summary>
    public sealed class Entry
    {
        private readonly string? _value;
        private readonly byte[]? _valueBytes;

        /// <summary>Creates a binary entry.</summary>
        /// <param name="key">The key; must end in <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="valueBytes">The bytes; copied.</param>
        /// <exception cref="ArgumentException">The key has characters that are not allowed, or lacks the suffix.</exception>
        public Entry(string key, byte[] valueBytes)
        {
            ArgumentNullException.ThrowIfNull(valueBytes);
            Key = NormalizeKey(key);
            if (!IsBinaryKey(Key))
            {
                throw new ArgumentException($"Key '{key}' of a binary value must end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            _valueBytes = (byte[])valueBytes.Clone();
        }

        /// <summary>Creates a text entry.</summary>
        /// <param name="key">The key; must not end in <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="value">The text.</param>
        /// <exception cref="ArgumentException">The key has characters that are not allowed, or has the suffix.</exception>
        public Entry(string key, string value)
        {
            ArgumentNullException.ThrowIfNull(value);
            Key = NormalizeKey(key);
            if (IsBinaryKey(Key))
            {
                throw new ArgumentException($"Key '{key}' of a text value must not end in '{BinaryHeaderSuffix}'.", nameof(key));
            }

            _value = value;
        }

        private Entry(string key, string? value, byte[]? valueBytes)
        {
            Key = key;
            _value = value;
            _valueBytes = valueBytes;
        }

        /// <summary>The key, lower-case.</summary>
        public string Key { get; }

        /// <summary>The value as bytes; the ASCII bytes of the text when the entry is not binary. A copy.</summary>
        public byte[] ValueBytes => _valueBytes is null ? Encoding.ASCII.GetBytes(_value!) : (byte[])_valueBytes.Clone();

        /// <summary>The text.</summary>
        /// <exception cref="InvalidOperationException">The entry is binary.</exception>
        public string Value => _value ?? throw new InvalidOperationException($"The value of '{Key}' is binary: read ValueBytes.");

        /// <summary>Whether the value is binary.</summary>
        public bool IsBinary => _valueBytes is not null;

        /// <summary>Key and value for logs; binary values show only their length.</summary>
        /// <returns>The line.</returns>
        public override string ToString() => IsBinary
            ? $"[Entry: key={Key}, {_valueBytes!.Length} bytes]"
            : $"[Entry: key={Key}, value={_value}]";

        internal static bool IsBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.OrdinalIgnoreCase);

        // For entries read from the wire: HTTP has validated the key already, and the bytes are ours.
        internal static Entry FromWire(string lowerCaseKey, string value) => new(lowerCaseKey, value, null);

        internal static Entry FromWire(string lowerCaseKey, byte[] valueBytes) => new(lowerCaseKey, null, valueBytes);

        internal ReadOnlySpan<byte> BinarySpan => _valueBytes;

        private static string NormalizeKey(string key)
        {
            ArgumentException.ThrowIfNullOrEmpty(key);
            foreach (var c in key)
            {
                // gRPC over HTTP/2: Header-Name is 1*( %x30-39 / %x61-7A / "_" / "-" / ".").
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.'))
                {
                    throw new ArgumentException(
                        $"Metadata key '{key}' may only have letters, digits, '_', '-' and '.'.", nameof(key));
                }
            }

            return key.ToLowerInvariant();
        }
    }
}
