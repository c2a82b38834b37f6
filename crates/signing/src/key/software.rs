//! A key that lies in a PEM file, for trials and tests. Law 5070 asks for a card; whatever this key signs
//! says so by [`Key::is_trial`].

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};

use super::{Key, KeyError};
use crate::algorithm::public_key;
use crate::build::SignatureAlgorithm;
use crate::certificate::Certificate;
use crate::pem;

/// A trial key with its certificates.
pub struct SoftwareKey {
    chain: Vec<Certificate>,
    algorithm: SignatureAlgorithm,
    pair: Pair,
    /// ring blinds RSA and draws ECDSA's secret number with it; neither is visible in what is decided.
    random: SystemRandom,
}

enum Pair {
    Rsa(Box<RsaKeyPair>),
    Ecdsa(Box<EcdsaKeyPair>),
}

impl SoftwareKey {
    /// Takes an unencrypted PKCS #8 PEM and the chain as PEM, the signer first.
    ///
    /// # Errors
    /// [`KeyError::NotReadable`], [`KeyError::DoesNotFit`] if key and first certificate do not belong
    /// together.
    pub fn from_pem(key: &str, chain: &str) -> Result<Self, KeyError> {
        let chain = Certificate::from_pem_or_der(chain.as_bytes())?;
        let blocks = pem::blocks(key, "PRIVATE KEY")?;
        let pkcs8 = blocks.first().ok_or(KeyError::NotReadable("PKCS #8 bekleniyordu"))?;
        let algorithm = SignatureAlgorithm::of(&chain[0])?;
        let random = SystemRandom::new();
        let pair = match algorithm {
            SignatureAlgorithm::RsaSha256 => {
                RsaKeyPair::from_pkcs8(pkcs8).map(|pair| Pair::Rsa(Box::new(pair)))
            }
            SignatureAlgorithm::EcdsaP256Sha256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8, &random)
                    .map(|pair| Pair::Ecdsa(Box::new(pair)))
            }
            SignatureAlgorithm::EcdsaP384Sha384 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_ASN1_SIGNING, pkcs8, &random)
                    .map(|pair| Pair::Ecdsa(Box::new(pair)))
            }
        };
        let pair = pair.map_err(|_| KeyError::NotReadable("anahtar türü ya da biçimi uygun değil"))?;
        let public = match &pair {
            Pair::Rsa(pair) => pair.public_key().as_ref(),
            Pair::Ecdsa(pair) => pair.public_key().as_ref(),
        };
        if public_key(&chain[0].spki())?.1 != public {
            return Err(KeyError::DoesNotFit);
        }
        Ok(SoftwareKey { chain, algorithm, pair, random })
    }
}

impl Key for SoftwareKey {
    fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let failed = |_| KeyError::Refused("anahtar imzalamadı".to_owned());
        match &self.pair {
            Pair::Rsa(pair) => {
                let mut value = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut value).map_err(failed)?;
                Ok(value)
            }
            Pair::Ecdsa(pair) => {
                pair.sign(&self.random, message).map(|value| value.as_ref().to_vec()).map_err(failed)
            }
        }
    }

    fn is_trial(&self) -> bool {
        true
    }
}
